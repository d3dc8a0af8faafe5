"""What all pages share: middleware, navigation, tags, list pages; imports nothing of the hub."""
