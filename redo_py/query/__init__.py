"""Questions about what a build consists of and what is known of it, and the pictures that answer them."""
