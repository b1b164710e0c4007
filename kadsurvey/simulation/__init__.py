"""From a written truth to answers, bodies and ties."""
