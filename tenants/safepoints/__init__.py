"""Safe points (trygghetspunkter): the register, their activation and what the public is told."""
