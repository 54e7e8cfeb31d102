#include "orders/lifecycle.h"

#include <algorithm>

namespace ordertrace {
namespace {

template <class Named>
const Named* find_named(const std::vector<Named>& all, std::string_view name) {
    const auto found = std::find_if(all.begin(), all.end(), [name](const Named& one) { return one.name == name; });
    return found == all.end() ? nullptr : &*found;
}

// Every stage that can be reached from `from` by one or more steps of `next`.
std::vector<const Stage*> reachable(const Lifecycle& lifecycle, const Stage& from) {
    std::vector<const Stage*> found;
    const auto add_next_of = [&](const Stage& stage) {
        for (const auto& name : stage.next) {
            const auto* next = lifecycle.find_stage(name);
            if (next != nullptr && std::find(found.begin(), found.end(), next) == found.end()) found.push_back(next);
        }
    };
    add_next_of(from);
    for (std::size_t at = 0; at < found.size(); ++at) add_next_of(*found[at]);
    return found;
}

}  // namespace

const Stage* Lifecycle::find_stage(std::string_view stage) const { return find_named(stages, stage); }

const LifecycleSystem* Lifecycle::find_system(std::string_view system) const { return find_named(systems, system); }

bool Lifecycle::leads_to(std::string_view from, std::string_view to) const {
    const auto* begin = find_stage(from);
    const auto* end = find_stage(to);
    if (begin == nullptr || end == nullptr) return false;
    const auto found = reachable(*this, *begin);
    return std::find(found.begin(), found.end(), end) != found.end();
}

std::size_t Lifecycle::stages_left(const Stage& stage) const {
    const auto found = reachable(*this, stage);
    const bool comes_again = std::find(found.begin(), found.end(), &stage) != found.end();
    return found.size() + (comes_again ? 0 : 1);
}

TimePoint Lifecycle::deadline(TimePoint since, const Limit& limit) const {
    return limit.business ? calendar.after(since, limit.length) : Calendar{}.after(since, limit.length);
}

}  // namespace ordertrace
