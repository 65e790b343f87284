"""Features for the yield forecast: weather by day and station, soil by field."""

import numpy as np
import pandas as pd

BASE_TEMPERATURE = 8.0
DAYS = 365


def load_weather(path):
    """Temperature and rain by station and day; the file has some sixty columns."""
    return pd.read_csv(path)[["station", "day", "t_min", "t_max", "rain"]]


def load_stations(path="data/stations.csv"):
    stations = pd.read_csv(path)
    return stations.set_index("station")


def growing_degrees(t_min: np.ndarray, t_max: np.ndarray):
    """Growing degrees of each day: how far its mean temperature lies above the base."""
    degrees = np.zeros(len(t_min))
    for i in range(len(t_min)):
        degrees[i] = (t_min[i] + t_max[i]) / 2.0 - BASE_TEMPERATURE
    return degrees


def evaporation_of_the_year():
    """Millimetres for each day: a rough curve with its peak in the middle of the year."""
    season = np.sin(np.linspace(0.0, np.pi, DAYS))
    evaporation = np.zeros(len(season))
    for day in range(len(season)):
        evaporation[day] = 0.4 + 3.8 * season[day]
    return evaporation


def water_balance(rain: np.ndarray, evaporation: np.ndarray, share: float):
    """What is left of the rain in millimetres; ``share`` of the evaporation comes from the soil."""
    balance = []
    for i in range(len(rain)):
        balance.append(rain[i] - share * evaporation[i])
    return np.array(balance)


def soil_moisture(balance: np.ndarray, capacity: float):
    """Water in the soil day by day. Each day builds on the one before, so this has to be a loop."""
    moisture = np.zeros(len(balance))
    for day in range(1, len(balance)):
        moisture[day] = min(capacity, moisture[day - 1] + balance[day])
    return moisture


def features(weather_path):
    weather = load_weather(weather_path)
    evaporation = evaporation_of_the_year()
    t_min, t_max = weather["t_min"].to_numpy(), weather["t_max"].to_numpy()
    balance = water_balance(weather["rain"].to_numpy(), evaporation, 0.6)
    return np.column_stack(
        [growing_degrees(t_min, t_max), balance, soil_moisture(balance, 120.0)]
    )


if __name__ == "__main__":
    np.save("features.npy", features("data/weather.csv"))
