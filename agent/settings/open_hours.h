// Single values of a calendar: open hours of a week and days. Judges, to be given to MapReader::read. Pure. Any thread.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "orders/calendar.h"
#include "settings/settings_problem.h"

namespace ordertrace {

// "Mon-Fri 09:00-18:00", "Sat 10:00-14:00": the hours of each weekday named, whose week may begin on any day.
Judged<std::vector<OpenHours>> judge_open_hours(const std::string& text);

// 2026-12-31
Judged<std::chrono::year_month_day> judge_day(const std::string& text);

}  // namespace ordertrace
