// The chat page: the element fills it; when the session ends, the login page comes.

import "./hanbal-chat.js";

addEventListener("hanbal-login", () => location.assign("/login"));

// What the coach says first stands in the conversation without a reload, and the way to the inbox says how much
// is new. It may be known before the conversation is there.
let first = null;
let unseen = 0;

async function tell() {
  const { chat } = document.querySelector("hanbal-chat");
  if (!chat?.thread) return; // it comes, and is told of then
  chat.unseen(unseen);
  const said = first;
  if (said && (await chat.heard(said)) && first === said) first = null;
}

addEventListener("hanbal-unseen", ({ detail }) => {
  unseen = detail.unseen;
  tell();
});
addEventListener("hanbal-first", ({ detail }) => {
  first = detail;
  tell();
});
addEventListener("hanbal-thread", () => setTimeout(tell)); // when its turns are there
