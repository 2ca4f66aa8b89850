"""The methods of the Bot API that a bot of ours calls."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fakes.telegram.chats import Chat, Json, Message, Refusal, check_entities, check_keyboard, check_text

if TYPE_CHECKING:
    from fakes.telegram.server import Telegram

LARGEST_FILE = 20 * 2**20
OLD_QUERY = "query is too old and response timeout expired or query ID is invalid"
SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same as a"
    " current content and reply markup of the message"
)


class Call:
    """One call: its parameters as they came in a form, and the files beside them."""

    def __init__(self, method: str, params: Mapping[str, str], files: Mapping[str, bytes]) -> None:
        self.method, self.params, self.files = method, params, files

    def json(self, name: str) -> Any:
        """Return a parameter that is JSON, None when it is not there."""
        value = self.params.get(name)
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError as error:
            raise Refusal.bad(f"can't parse {name}") from error

    def number(self, name: str) -> int | None:
        """Return a parameter that is a number."""
        value = self.params.get(name)
        return int(value) if value and value.lstrip("-").isdigit() else None

    @property
    def chat_id(self) -> int | None:
        """The chat it is about."""
        return self.number("chat_id")


def answer(fake: Telegram, call: Call) -> Any:
    """Return the result of a call. Raises Refusal."""
    method = _METHODS.get(call.method)
    if method is None:
        raise Refusal(404, "Not Found: method not found")
    return method(fake, call)


def _chat(fake: Telegram, call: Call) -> Chat:
    chat = fake.chats.get(call.chat_id or 0)
    if chat is None:
        raise Refusal.bad("chat not found")
    if chat.blocked:
        raise Refusal(403, "Forbidden: bot was blocked by the user")
    if not chat.started:
        raise Refusal(403, "Forbidden: bot can't initiate conversation with a user")
    return chat


def _reply(chat: Chat, call: Call) -> int | None:
    given = call.json("reply_parameters") or {}
    found: int | None = given.get("message_id")
    if found is None or found in chat.messages:
        return found
    if given.get("allow_sending_without_reply"):
        return None
    raise Refusal.bad("message to be replied not found")


def _text(call: Call, name: str, entities: str) -> tuple[str, list[Json]]:
    text = check_text(call.params.get(name, ""), caption=name == "caption")
    return text, check_entities(text, call.json(entities) or [])


def _send_message(fake: Telegram, call: Call) -> Json:
    chat = _chat(fake, call)
    text, entities = _text(call, "text", "entities")
    new = fake.write(
        chat,
        by_bot=True,
        text=text,
        entities=entities,
        rows=check_keyboard(call.json("reply_markup")),
        reply_to=_reply(chat, call),
        silent=call.params.get("disable_notification") == "true",
    )
    return fake.told(new)


def _send_photo(fake: Telegram, call: Call) -> Json:
    chat = _chat(fake, call)
    photo = call.files.get("photo")
    if not photo:
        raise Refusal.bad("there is no photo in the request")
    if len(photo) > 10 * 2**20:
        raise Refusal(413, "Request Entity Too Large")
    if photo[:4] not in (b"\x89PNG", b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xe1"):
        raise Refusal.bad("IMAGE_PROCESS_FAILED")
    text, entities = _text(call, "caption", "caption_entities")
    new = fake.write(
        chat,
        by_bot=True,
        text=text,
        entities=entities,
        photo=photo,
        rows=check_keyboard(call.json("reply_markup")),
        reply_to=_reply(chat, call),
        silent=call.params.get("disable_notification") == "true",
    )
    return fake.told(new)


def _mine(fake: Telegram, call: Call, to: str) -> Message:
    found = _chat(fake, call).messages.get(call.number("message_id") or 0)
    if found is None:
        raise Refusal.bad(f"message to {to} not found")
    if not found.by_bot:
        raise Refusal.bad(f"message can't be {to}ed")
    return found


def _edit_text(fake: Telegram, call: Call) -> Json:
    message = _mine(fake, call, "edit")
    if message.photo is not None:
        raise Refusal.bad("there is no text in the message to edit")
    return _edit(fake, call, message, *_text(call, "text", "entities"))


def _edit_caption(fake: Telegram, call: Call) -> Json:
    message = _mine(fake, call, "edit")
    if message.photo is None:
        raise Refusal.bad("there is no caption in the message to edit")
    return _edit(fake, call, message, *_text(call, "caption", "caption_entities"))


def _edit_markup(fake: Telegram, call: Call) -> Json:
    message = _mine(fake, call, "edit")
    return _edit(fake, call, message, message.text, message.entities)


def _edit(fake: Telegram, call: Call, message: Message, text: str, entities: list[Json]) -> Json:
    rows = check_keyboard(call.json("reply_markup"))
    if (text, entities, rows) == (message.text, message.entities, message.rows):
        raise Refusal.bad(SAME)
    message.text, message.entities, message.rows = text, entities, rows
    message.edits.append((fake.clock(), text))
    return fake.told(message)


def _delete(fake: Telegram, call: Call) -> bool:
    message = _mine(fake, call, "delete")
    chat = fake.chats[message.chat_id]
    chat.deleted.append(chat.messages.pop(message.id))
    return True


def _action(fake: Telegram, call: Call) -> bool:
    _chat(fake, call).actions.append(call.params.get("action", ""))
    return True


def _answer_callback(fake: Telegram, call: Call) -> bool:
    who = fake.open_callbacks.pop(call.params.get("callback_query_id", ""), None)
    if who is None:
        raise Refusal.bad(OLD_QUERY)
    text = call.params.get("text", "")
    if len(text) > 200:
        raise Refusal.bad("MESSAGE_TOO_LONG")
    fake.toasts.append((who, (text, call.params.get("show_alert") == "true")))
    return True


def _get_file(fake: Telegram, call: Call) -> Json:
    kept = fake.files.get(call.params.get("file_id", ""))
    if kept is None:
        raise Refusal.bad("wrong file_id or the file is temporarily unavailable")
    told, content = kept
    if max(told["file_size"], len(content)) > LARGEST_FILE:
        raise Refusal.bad("file is too big")
    return {**told, "file_path": f"documents/{told['file_id']}"}


def _get_chat(fake: Telegram, call: Call) -> Json:
    return {**fake.chat_told(_chat(fake, call)), "accent_color_id": 0, "max_reaction_count": 11}


def _leave(fake: Telegram, call: Call) -> bool:
    if _chat(fake, call).kind == "private":
        raise Refusal.bad("chat member status can't be changed in private chats")
    del fake.chats[call.chat_id or 0]
    return True


def _set_webhook(fake: Telegram, call: Call) -> bool:
    fake.set_webhook(call.params.get("url", ""), call.params.get("secret_token", ""))
    if call.params.get("allowed_updates"):
        fake.allowed = call.json("allowed_updates")
    return True


def _delete_webhook(fake: Telegram, call: Call) -> bool:
    fake.set_webhook("", "")
    if call.params.get("drop_pending_updates") == "true":
        fake.updates.clear()
    return True


def _webhook_info(fake: Telegram, call: Call) -> Json:
    waiting = len(fake.updates)
    return {"url": fake.webhook, "has_custom_certificate": False, "pending_update_count": waiting}


def _remember(fake: Telegram, call: Call) -> bool:
    """Take what is set once, and keep it as it is: commands, descriptions, the menu."""
    fake.profile[(call.method, call.params.get("language_code", ""))] = dict(call.params)
    return True


def _commands(fake: Telegram, call: Call) -> Any:
    kept = fake.profile.get(("setMyCommands", call.params.get("language_code", "")), {})
    return json.loads(kept.get("commands", "[]"))


_METHODS = {
    "getMe": lambda fake, _: fake.me(),
    "sendMessage": _send_message,
    "sendPhoto": _send_photo,
    "editMessageText": _edit_text,
    "editMessageCaption": _edit_caption,
    "editMessageReplyMarkup": _edit_markup,
    "deleteMessage": _delete,
    "sendChatAction": _action,
    "answerCallbackQuery": _answer_callback,
    "getFile": _get_file,
    "getChat": _get_chat,
    "leaveChat": _leave,
    "setWebhook": _set_webhook,
    "deleteWebhook": _delete_webhook,
    "getWebhookInfo": _webhook_info,
    "setMyCommands": _remember,
    "getMyCommands": _commands,
    "setMyName": _remember,
    "setMyDescription": _remember,
    "setMyShortDescription": _remember,
    "setChatMenuButton": _remember,
}
