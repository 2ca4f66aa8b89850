"""A person over there: writes, sends, presses, and looks at the chat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fakes.telegram.chats import Chat, Json, Message, units

if TYPE_CHECKING:
    from fakes.telegram.server import Telegram


@dataclass
class Person:
    """One person in one chat; `in_group` is the same person elsewhere."""

    fake: Telegram
    id: int
    chat: Chat
    first_name: str = "하나"
    last_name: str = ""
    username: str = ""
    lang: str = "ko"

    @property
    def chat_id(self) -> int:
        """The number of the chat: the person's own, in a private one."""
        return self.chat.id

    def sees(self) -> list[Message]:
        """Return what stands in the chat now, from both sides, the oldest first."""
        return [self.chat.messages[i] for i in sorted(self.chat.messages)]

    def hears(self) -> list[Message]:
        """Return what the bot said and what still stands."""
        return [m for m in self.sees() if m.by_bot]

    @property
    def toasts(self) -> list[tuple[str, bool]]:
        """What was shown for pressed buttons: (text, as an alert)."""
        return [told for who, told in self.fake.toasts if who == self.id]

    def says(self, text: str, *, replies_to: Message | int | None = None) -> Message:
        """Write something; a first word with a slash is a command."""
        entities: list[Json] = []
        if text.startswith("/"):
            entities = [{"type": "bot_command", "offset": 0, "length": units(text.split()[0])}]
        return self._send(text=text, entities=entities, replies_to=replies_to)

    def sends(
        self,
        content: bytes,
        file_name: str,
        *,
        mime: str = "application/octet-stream",
        size: int | None = None,
        caption: str = "",
    ) -> Message:
        """Send a document. `size`: what is told of it, when that is not true."""
        file = self.fake.keep_file(content, file_name, size)
        return self._send(text=caption, file={"document": {**file, "mime_type": mime}})

    def voice(self, seconds: int = 3) -> Message:
        """Send a voice note."""
        file = self.fake.keep_file(b"OggS" + b"\0" * 60, "voice.oga", None)
        file.pop("file_name")
        return self._send(file={"voice": {**file, "duration": seconds, "mime_type": "audio/ogg"}})

    def photo(self, content: bytes = b"\xff\xd8\xff\xe0", caption: str = "") -> Message:
        """Send a photo."""
        file = self.fake.keep_file(content, "photo.jpg", None)
        file.pop("file_name")
        return self._send(text=caption, file={"photo": [{**file, "width": 90, "height": 90}]})

    def sticker(self) -> Message:
        """Send something that a coach can make nothing of."""
        file = self.fake.keep_file(b"RIFF", "sticker.webp", None)
        file.pop("file_name")
        form = {"width": 512, "height": 512, "is_animated": False, "is_video": False, "type": "regular"}
        return self._send(file={"sticker": {**file, **form}})

    def forwards(self, message: Message) -> Message:
        """Forward a message, the bot's or one's own, into this chat."""
        sender = self.fake.me() if message.by_bot else self._me()
        origin = {"type": "user", "date": int(message.sent_at.timestamp()), "sender_user": sender}
        return self._send(
            text=message.text, entities=list(message.entities), extra={"forward_origin": origin}
        )

    def edits(self, message: Message, text: str) -> None:
        """Change what one wrote."""
        message.text, message.entities = text, []
        message.edits.append((self.fake.clock(), text))
        told = {**self.fake.told(message, self), "edit_date": int(self.fake.clock().timestamp())}
        self.fake.push("edited_message", told)

    def presses(self, message: Message | int, label: str) -> str:
        """Press the button whose label holds this; return the id of the press."""
        found = message if isinstance(message, Message) else self.chat.messages[message]
        return self.forges(found.button(label)["callback_data"], found)

    def forges(self, data: str, message: Message | None = None, *, old: bool = False) -> str:
        """Send data as if a button had been pressed; `old`: the message can no longer be shown."""
        query = self.fake.new_callback(self.id)
        told: Json = {"id": query, "from": self._me(), "chat_instance": str(self.chat_id), "data": data}
        if message is not None:
            place = self.fake.chat_told(self.fake.chats[message.chat_id], self)
            told["message"] = (
                {"message_id": message.id, "chat": place, "date": 0} if old else self.fake.told(message, self)
            )
        self.fake.push("callback_query", told)
        return query

    def blocks(self) -> None:
        """Block the bot: it may not post here any more, and is told so."""
        self._member("member", "kicked")
        self.chat.blocked = True

    def unblocks(self) -> None:
        """Let the bot post again."""
        self.chat.blocked = False
        self._member("kicked", "member")

    def in_group(self, chat_id: int = -100_200_300, title: str = "달리기 모임") -> Person:
        """Return the same person in a group that the bot is in."""
        chat = self.fake.chats.setdefault(chat_id, Chat(chat_id, kind="supergroup", title=title))
        return Person(self.fake, self.id, chat, self.first_name, self.last_name, self.username, self.lang)

    def _me(self) -> Json:
        me: Json = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        optional = {"last_name": self.last_name, "username": self.username, "language_code": self.lang}
        return {**me, **{k: v for k, v in optional.items() if v}}

    def _member(self, was: str, now: str) -> None:
        def state(status: str) -> Json:
            until = {"until_date": 0} if status == "kicked" else {}
            return {"status": status, "user": self.fake.me(), **until}

        self.fake.push(
            "my_chat_member",
            {
                "chat": self.fake.chat_told(self.chat, self),
                "from": self._me(),
                "date": int(self.fake.clock().timestamp()),
                "old_chat_member": state(was),
                "new_chat_member": state(now),
            },
        )

    def _send(
        self,
        *,
        text: str = "",
        entities: list[Json] | None = None,
        file: Json | None = None,
        replies_to: Message | int | None = None,
        extra: dict[str, Any] | None = None,
    ) -> Message:
        assert not self.chat.blocked, "nobody writes to a bot they have blocked"
        self.chat.started = True
        reply = replies_to.id if isinstance(replies_to, Message) else replies_to
        new = self.fake.write(
            self.chat,
            by_bot=False,
            author=self._me(),
            text=text,
            entities=entities or [],
            file=file or {},
            reply_to=reply,
        )
        self.fake.push("message", {**self.fake.told(new, self), **(extra or {})})
        return new
