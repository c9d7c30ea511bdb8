"""高峰机动车速度, 平均通勤时间, 公交分担率 and parking, from tables of places with amounts."""

from __future__ import annotations

from tijian.engine.compute.zonal import Summed, ratio_of_sums

M_PER_KM, S_PER_H = 1000.0, 3600.0

peak_speed = ratio_of_sums(
    "peak_speed@1",
    Summed("road_speeds", "length", M_PER_KM),
    Summed("road_speeds", "seconds", S_PER_H),
    ("km", "h"),
    "采样路段里程之和 ÷ 高峰通过时间之和；路段集合固定，取工作日 7—9 时和 17—19 时的平均通过时间。",
)
commute_time = ratio_of_sums(
    "commute_time@1",
    Summed("commutes", "minutes", weight="persons"),
    Summed("commutes", "persons"),
    ("人·min", "人"),
    "单程通勤分钟数按人数加权之和 ÷ 通勤人数；按居住地归区。",
)
transit_share = ratio_of_sums(
    "transit_share@1",
    Summed("trips", "transit"),
    Summed("trips", "motorised"),
    ("人次/d", "人次/d"),
    "公共交通出行量 ÷ 机动化出行量；按居住地归区，不含步行和自行车。",
)
spaces_per_vehicle = ratio_of_sums(
    "spaces_per_vehicle@1",
    Summed("parking", "spaces"),
    Summed("vehicles", "vehicles"),
    ("个", "辆"),
    "停车泊位 ÷ 登记的机动车；泊位按停车场所在的区，车辆按登记地。",
)
spaces_per_household = ratio_of_sums(
    "spaces_per_household@1",
    Summed("estates", "spaces"),
    Summed("estates", "households"),
    ("个", "户"),
    "居住区停车泊位 ÷ 居住区户数；按居住区所在的区。",
)
