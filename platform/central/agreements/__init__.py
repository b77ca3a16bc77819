"""What one municipality has agreed to tell another about its cases, and to be asked about its registers."""
