"""What is on the screen: it shows the model, and calls it."""
