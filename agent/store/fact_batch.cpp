#include "store/fact_batch.h"

namespace ordertrace {

TimePoint heard_at(const Fact& fact) {
    if (fact.record == FactRecord::overdue) return {};
    return fact.record == FactRecord::step ? fact.end() : fact.start;
}

AliasName split_alias(std::string_view alias) {
    const auto colon = alias.find(':');
    if (colon == std::string_view::npos || colon == 0 || colon + 1 == alias.size()) return {};
    return {alias.substr(0, colon), alias.substr(colon + 1)};
}

}  // namespace ordertrace
