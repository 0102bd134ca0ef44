"""What `zhaocha serve` serves: the page behind the QR code."""
