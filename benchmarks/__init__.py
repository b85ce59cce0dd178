"""What it costs: numbers of this machine beside their targets. Nothing is asserted here, and pytest times nothing."""
