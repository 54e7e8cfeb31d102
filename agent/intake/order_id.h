// Normalises order ids as configured, so that every system's way of writing one order gives one id: blanks around it
// go always; then, on request, leading zeros, the case of letters, and a pattern whose first capture is the id.
// Owned by an EventReader, intake thread. No allocation without a pattern.
#pragma once

#include <memory>
#include <string_view>

#include "intake/text_arena.h"
#include "settings/agent_settings.h"

namespace re2 {
class RE2;
}

namespace ordertrace {

class OrderIds {
public:
    static constexpr std::size_t max_size = 128;

    explicit OrderIds(const OrderSettings& settings);
    ~OrderIds();
    OrderIds(OrderIds&&) noexcept;
    OrderIds& operator=(OrderIds&&) noexcept;

    // Valid UTF-8 in, valid UTF-8 out: the id's own bytes or bytes in `arena`. Where the pattern does not match, or
    // captures nothing, the id stays. Of an id of nothing but zeros the last stays.
    std::string_view normalise(std::string_view id, TextArena& arena) const;

private:
    OrderSettings settings_;
    std::unique_ptr<re2::RE2> pattern_;
};

// White space and NULs, at both ends.
std::string_view trim_space(std::string_view text);

// Letters of Latin, Greek, Cyrillic and Armenian, those that UTF-8 writes with at most two bytes: the same on every
// machine, for ids have to be.
std::string_view to_upper(std::string_view text, TextArena& arena);
std::string_view to_lower(std::string_view text, TextArena& arena);

}  // namespace ordertrace
