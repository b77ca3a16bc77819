"""The municipality's buildings and installations: where they are, how one gets in, who is called, what is dangerous."""
