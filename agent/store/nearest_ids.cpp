#include "store/nearest_ids.h"

#include <algorithm>

namespace ordertrace {

std::vector<std::string> nearest_ids(const std::string& text, std::size_t limit, const std::vector<std::string>& after,
                                     const std::vector<std::string>& before) {
    const auto begins = [&](const std::string& id) { return id.starts_with(text); };
    const auto others = std::find_if_not(after.begin(), after.end(), begins);
    std::vector<std::string> found{after.begin(), others};
    const auto room = limit - std::min(limit, found.size());
    const auto nearby = std::min(before.size(), room);
    const auto behind =
        std::min(static_cast<std::size_t>(after.end() - others), std::max((room + 1) / 2, room - nearby));
    const auto ahead = static_cast<std::ptrdiff_t>(std::min(nearby, room - behind));
    std::reverse_copy(before.begin(), before.begin() + ahead, std::back_inserter(found));
    found.insert(found.end(), others, others + static_cast<std::ptrdiff_t>(behind));
    return found;
}

}  // namespace ordertrace
