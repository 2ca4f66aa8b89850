// The chat page: the element fills it; when the session ends, the login page comes.

import "./hanbal-chat.js";

addEventListener("hanbal-login", () => location.assign("/login"));

// What the coach says first stands in the conversation without a reload.
addEventListener("hanbal-first", ({ detail }) => document.querySelector("hanbal-chat").chat?.heard(detail));
