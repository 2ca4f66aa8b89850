"""How much of a stranger's file is read. Everything unknown is hostile until it has been read."""

from __future__ import annotations

MIB = 1 << 20

# One file. A ten-hour TCX with power is about 20 MiB; a Health Auto Export of some years 100 MiB.
FILE_BYTES = 128 * MIB
SAMPLES = 1_000_000  # eleven days at one sample a second
XML_DEPTH = 64  # GPX and TCX need 8
TEXT_CHARS = 10_000  # a name or a note; the rest is cut off

# One archive, the zips inside it included.
ARCHIVE_BYTES = 2048 * MIB  # the zip itself
NESTED_ARCHIVE_BYTES = 512 * MIB  # a zip inside a zip is held in memory
ARCHIVE_ENTRIES = 200_000  # ten years of a watch: Garmin's export holds every file it ever sent
ARCHIVE_TOTAL_BYTES = 8192 * MIB  # everything unpacked
CENTRAL_DIRECTORY_BYTES = 32 * MIB
RATIO = 250  # unpacked / packed; repetitive GPX reaches about 50
RATIO_FROM_BYTES = 4 * MIB  # small files may compress better than that

TABLE_BYTES = 32 * MIB  # Strava's activities.csv: 600 bytes a line

# Apple's export.xml is read as a stream and never held as a whole. Its zip lies on disk; one inside of
# another zip is held in memory.
APPLE_EXPORT_BYTES = 4096 * MIB
APPLE_ZIP_BYTES = 256 * MIB
APPLE_USUAL_RATIO = 20  # unpacked / packed, where only the zip's size is known
PATIENCE_BYTES = 20 * MIB  # for each of these of Apple's export, a reader gets the usual time once more

# Tracks of one GPX file that lie further apart are separate outings.
SPLIT_GAP_S = 4 * 3600
# Samples further than this from the middle of a recording carry a wrong clock.
CLOCK_ERROR_S = 7 * 86400
