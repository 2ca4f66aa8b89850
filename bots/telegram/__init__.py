"""The coach in Telegram: private chats with people who linked them, and nobody else."""
