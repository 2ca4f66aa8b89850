// The chat page: the element fills it; when the session ends, the login page comes.

import "./hanbal-chat.js";

addEventListener("hanbal-login", () => location.assign("/login"));
