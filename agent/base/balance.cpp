#include "base/balance.h"

namespace ordertrace {
namespace {

template <class Enum, std::size_t N>
std::string_view name_at(const std::array<std::string_view, N>& names, Enum value) {
    return names.at(static_cast<std::size_t>(value));
}

}  // namespace

std::string_view name_of(RejectReason reason) {
    static constexpr std::array<std::string_view, reject_reason_count> names{"marker", "version",    "verb",
                                                                             "order",  "order_long", "json"};
    return name_at(names, reason);
}

std::string_view name_of(Became became) {
    static constexpr std::array<std::string_view, became_count> names{"span", "opened",    "attached",
                                                                      "seen", "duplicate", "refused"};
    return name_at(names, became);
}

std::string_view name_of(OwnRecord record) {
    static constexpr std::array<std::string_view, own_record_count> names{"started", "overdue", "abandoned", "title",
                                                                          "beat"};
    return name_at(names, record);
}

std::string_view name_of(DropReason reason) {
    static constexpr std::array<std::string_view, drop_reason_count> names{
        "journal_full", "memory_full", "memory", "refused", "corrupt", "crash", "before"};
    return name_at(names, reason);
}

}  // namespace ordertrace
