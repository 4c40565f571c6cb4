"""Figures of load: each part measures beside its peer, in pairs, in processes of their own."""
