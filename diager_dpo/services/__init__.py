"""What people do: each function checks who asks, then does one thing."""
