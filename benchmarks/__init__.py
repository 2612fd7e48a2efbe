"""What a build costs: explainers of any size, made from a seed, and the measurement that builds them."""
