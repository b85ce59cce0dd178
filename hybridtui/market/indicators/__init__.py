"""Technical indicators, pure: fed value by value, None until they are defined."""
