// The verdict in one sentence, in English or Russian: where the order is stuck, since when, and what to look at.
// Pure; any thread. Texts of facts are put in as they are: whoever shows the sentence makes it inert.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "orders/lifecycle.h"
#include "orders/verdict.h"

namespace ordertrace {

enum class Language : std::uint8_t { english, russian };

std::string sentence(const Verdict& verdict, std::string_view order, TimePoint now, Language language);

// "2 h 5 min", "3 d 4 h", "12 s"; Russian "2 ч 5 мин".
std::string span_text(Duration length, Language language);

// A system's name as a sentence shows it: "crm" as CRM, "mes" as MES, others as they are.
std::string system_text(std::string_view system);

}  // namespace ordertrace
