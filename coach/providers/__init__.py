"""Where data comes from: one folder per provider. Providers do not know each other."""
