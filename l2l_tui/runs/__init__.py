"""One run is one directory: request, status, metrics, result; launch, steer, follow."""
