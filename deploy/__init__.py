"""What is needed to deploy the platform: files for AWS, and the bundles made from them."""
