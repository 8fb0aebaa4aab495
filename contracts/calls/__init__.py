"""What the gateway may ask of each service: one module a service, with its forms, its replies and its protocol."""
