"""What all pages share: middleware, navigation, template tags, list pages; imports nothing of the hub."""
