"""The coach over HTTP: a streaming API, the web pages and the chat element."""
