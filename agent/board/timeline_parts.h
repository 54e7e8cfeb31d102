// What one fact is in the picture, and what the verdict says is missing in it. Pure; any thread. Only timeline.cpp and
// its tests include it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "board/timeline.h"

namespace ordertrace {

bool is_marker(const Fact& fact);           // of a step that is open
bool is_bar(const Fact& fact);              // takes time
bool is_dot(const Fact& fact);              // a status or a note
bool is_about_the_order(const Fact& fact);  // marks and titles: they repeat what others said
std::string step_name(const Fact& fact);    // without what a marker's name adds
BarLook look_of(const Fact& fact, const Verdict& verdict);

std::optional<std::size_t> lane_of(const Timeline& timeline, std::string_view system);
std::optional<MissingPart> missing_part(const OrderAnswer& answer, const Timeline& timeline);

}  // namespace ordertrace
