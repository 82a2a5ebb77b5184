"""The forecast: what a monitor is expected to hear in each of the next 72 hours, and whether that is worth showing."""

from picture.forecast.history import History
from picture.forecast.outlook import Forecast, Outlook, Why, outlook
from picture.forecast.rolling import Score

__all__ = ["Forecast", "History", "Outlook", "Score", "Why", "outlook"]
