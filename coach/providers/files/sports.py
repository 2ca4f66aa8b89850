"""Which sport a word means, in the languages that exporters write it in."""

from __future__ import annotations

from coach.domain.activity import Sport

# Looked for as parts of the lower-case text; the first hit decides, so the more special word comes first.
_WORDS: tuple[tuple[Sport, str, tuple[str, ...]], ...] = (
    (Sport.run, "treadmill", ("treadmill", "indoor run", "indoor_run", "러닝머신", "트레드밀", "실내 달리기",
                              "실내 러닝", "laufband", "tapis de course", "cinta de correr")),
    (Sport.run, "trail", ("trail run", "trail_run", "trailrun", "트레일", "traillauf", "course de trail")),
    (Sport.run, "track", ("track_running", "track run")),
    (Sport.run, "virtual", ("virtual run", "virtual_run", "virtualrun", "가상 달리기")),
    (Sport.ski, "", ("ski", "스키", "snowboard", "스노보드")),
    (Sport.run, "", ("달리기", "러닝", "조깅", "running", "jogging", "lauf", "course à pied", "course a pied",
                     "carrera", "correr", "corrida", "corsa", "hardlop", "løb", "löpning", "juoksu", "bieg",
                     "бег", "ランニング", "ラン", "跑步", "跑")),
    (Sport.ride, "virtual", ("virtual ride", "virtual_ride", "virtualride", "가상 라이딩")),
    (Sport.ride, "indoor", ("indoor_cycling", "indoor cycling", "indoor ride", "spinning", "실내 자전거",
                              "실내 사이클")),
    (Sport.ride, "", ("ride", "cycling", "biking", "bike", "자전거", "라이딩", "사이클", "radfahr",
                      "vélo", "cyclisme", "ciclismo", "bicicleta", "pedalada", "fietsen", "サイクリング",
                      "ライド", "骑行")),
    (Sport.swim, "open_water", ("open water", "open_water", "openwater", "오픈워터", "개방 수역",
                                 "freiwasser")),
    (Sport.swim, "pool", ("pool swim", "lap_swimming", "pool_swim", "실내 수영", "수영장 수영")),
    (Sport.swim, "", ("swim", "수영", "schwimm", "natation", "natación", "nuoto", "natação", "水泳", "游泳")),
    (Sport.hike, "", ("hik", "등산", "하이킹", "wander", "randonnée", "senderismo", "escursion", "caminhada",
                      "ハイキング", "徒步")),
    (Sport.walk, "", ("walk", "걷기", "산책", "spazier", "gehen", "marche", "caminata", "camminata",
                      "ウォーキング", "步行")),
    (Sport.row, "", ("rowing", "로잉", "노 젓기", "조정", "rudern", "aviron", "remo")),
    (Sport.strength, "", ("strength", "weight", "근력", "웨이트", "core training", "코어", "krafttraining",
                          "musculation", "gimnasio", "筋トレ")),
)  # fmt: skip
# Whole words only: as parts they would match half the language ("brunch", "trunk").
_WHOLE = {"run": Sport.run, "row": Sport.row, "gym": Sport.strength}
# Strava's GPX files carry a number.
_STRAVA_NUMBERS = {"1": Sport.ride, "4": Sport.hike, "9": Sport.run, "10": Sport.walk, "16": Sport.swim}


def sport_of(*texts: str) -> tuple[Sport, str]:
    """Return sport and sub-sport of the first text that names one; else (other, "")."""
    for text in texts:
        plain = text.strip().lower()
        if plain in _STRAVA_NUMBERS:
            return _STRAVA_NUMBERS[plain], ""
        for sport, sub_sport, words in _WORDS:
            if any(word in plain for word in words):
                return sport, sub_sport
        for word in plain.replace("_", " ").replace("-", " ").replace(".", " ").split():
            if word in _WHOLE:
                return _WHOLE[word], ""
    return Sport.other, ""
