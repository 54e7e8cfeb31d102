// The keys and verbs of the protocol, and which verb has a use for which key. Pure tables.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "steps/event.h"

namespace ordertrace {

// In the order of `key_names`; `try` and `of` are attempt and attempt_max.
enum class Key : std::uint8_t {
    step,
    st,
    to,
    from,
    via,
    msg,
    ref,
    id,
    inst,
    sys,
    seq,
    ns,
    tp,
    cs,
    tz,
    t,
    start,
    end,
    dur,
    ms,
    us,
    res,
    rc,
    code,
    err,
    attempt,
    attempt_max
};
inline constexpr std::size_t key_count = 27;

std::string_view name_of(Key key);
std::optional<Key> find_key(std::string_view name);  // case-insensitive

class KeySet {
public:
    constexpr KeySet() = default;
    template <class... Keys>
    static constexpr KeySet of(Keys... keys) {
        KeySet set;
        (set.add(keys), ...);
        return set;
    }
    constexpr bool has(Key key) const { return (bits_ & bit(key)) != 0; }
    constexpr void add(Key key) { bits_ |= bit(key); }
    constexpr KeySet without(KeySet other) const { return KeySet{bits_ & ~other.bits_}; }
    constexpr KeySet with(KeySet other) const { return KeySet{bits_ | other.bits_}; }
    constexpr bool empty() const { return bits_ == 0; }
    constexpr void remove_first() { bits_ &= bits_ - 1; }
    constexpr Key first() const { return static_cast<Key>(__builtin_ctz(bits_)); }

private:
    constexpr explicit KeySet(std::uint32_t bits) : bits_{bits} {}
    static constexpr std::uint32_t bit(Key key) { return 1U << static_cast<unsigned>(key); }
    std::uint32_t bits_ = 0;
};

// Letters, at most 16: `other` if no verb of ours; nothing if it cannot be a verb.
std::optional<Verb> find_verb(std::string_view word);

// What the verb reads, the keys of every verb included. A demoted event reads what an instant `note` needs.
KeySet keys_of(Verb verb, bool demoted);
// The key without which the verb says nothing; none for `note` (its note), `beat` and unknown verbs.
std::optional<Key> required_key(Verb verb);

}  // namespace ordertrace
