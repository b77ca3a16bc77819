"""Settings, addresses and the processes' entry points.

Every process that reads the settings has our Celery app: one that rings the workers without it would ring nobody.
"""

from config.celery import app as celery_app

__all__ = ["celery_app"]
