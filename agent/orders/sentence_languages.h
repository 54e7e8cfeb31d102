// The two languages of the sentence, and what both need. Pure; any thread. Only sentence*.cpp include it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "orders/verdict.h"

namespace ordertrace {

std::string english_sentence(const Verdict& verdict, std::string_view order, TimePoint now);
std::string russian_sentence(const Verdict& verdict, std::string_view order, TimePoint now);

// At most this many characters of a note; what is longer ends in "…".
constexpr std::size_t max_note_characters = 200;
std::string short_note(std::string_view note);

// "A", "A or B", "A, B or C".
std::string listed(const std::vector<std::string>& names, std::string_view last_separator);

// The place a verdict names: of blind the one it replaces.
VerdictKind place_of(const Verdict& verdict);

bool has_limit(const Verdict& verdict);

}  // namespace ordertrace
