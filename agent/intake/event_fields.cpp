#include "intake/event_fields.h"

#include <algorithm>

namespace ordertrace {
namespace {

constexpr std::array<std::string_view, key_count> key_names{
    "step", "st", "to",    "from", "via", "msg", "ref", "id",  "inst", "sys",  "seq", "ns",  "tp", "cs",
    "tz",   "t",  "start", "end",  "dur", "ms",  "us",  "res", "rc",   "code", "err", "try", "of"};

constexpr std::array<std::string_view, verb_count - 1> verb_names{"span", "start", "end",  "status", "sent",
                                                                  "recv", "note",  "mark", "alias",  "beat"};

constexpr std::size_t longest_known = 8;
constexpr std::size_t longest_verb = 16;

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// A word of at most eight letters as one number, so that a name is found by comparing numbers.
constexpr std::uint64_t packed(std::string_view word) {
    std::uint64_t value = 0;
    for (const char c : word) value = value << 8U | static_cast<unsigned char>(lower(c));
    return value;
}

template <std::size_t N>
constexpr std::array<std::uint64_t, N> packed_all(const std::array<std::string_view, N>& words) {
    std::array<std::uint64_t, N> values{};
    for (std::size_t i = 0; i < N; ++i) values[i] = packed(words[i]);
    return values;
}

template <class Enum, std::size_t N>
std::optional<Enum> find(const std::array<std::uint64_t, N>& values, std::string_view word) {
    if (word.empty() || word.size() > longest_known) return std::nullopt;
    const auto* const at = std::find(values.begin(), values.end(), packed(word));
    if (at == values.end()) return std::nullopt;
    return static_cast<Enum>(at - values.begin());
}

constexpr auto packed_keys = packed_all(key_names);
constexpr auto packed_verbs = packed_all(verb_names);

constexpr auto of_every_verb = KeySet::of(Key::sys, Key::inst, Key::seq, Key::ns, Key::tp, Key::cs, Key::tz);
constexpr auto stretch = KeySet::of(Key::step, Key::start, Key::end, Key::dur, Key::ms, Key::us, Key::t);
constexpr auto outcome = KeySet::of(Key::res, Key::rc, Key::code, Key::err);
constexpr auto which_attempt = KeySet::of(Key::attempt, Key::attempt_max, Key::id);
constexpr auto hand_off = KeySet::of(Key::t, Key::via, Key::msg, Key::st, Key::attempt);

constexpr std::array<KeySet, verb_count> keys_by_verb{
    stretch.with(outcome).with(which_attempt),                                              // span
    KeySet::of(Key::step, Key::t, Key::err).with(which_attempt),                            // start
    KeySet::of(Key::step, Key::t, Key::start, Key::dur).with(outcome).with(which_attempt),  // end
    KeySet::of(Key::st, Key::t),                                                            // status
    hand_off.with(KeySet::of(Key::to)),                                                     // sent
    hand_off.with(KeySet::of(Key::from)),                                                   // recv
    KeySet::of(Key::t, Key::step, Key::id, Key::attempt),                                   // note
    stretch.with(outcome),                                                                  // mark
    KeySet::of(Key::ref, Key::t),                                                           // alias
    KeySet{},                                                                               // beat
    KeySet{},                                                                               // other
};

bool is_letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }

}  // namespace

std::string_view name_of(Key key) { return key_names.at(static_cast<std::size_t>(key)); }

std::optional<Key> find_key(std::string_view name) { return find<Key>(packed_keys, name); }

std::optional<Verb> find_verb(std::string_view word) {
    if (const auto known = find<Verb>(packed_verbs, word)) return known;
    if (word.empty() || word.size() > longest_verb || !std::all_of(word.begin(), word.end(), is_letter))
        return std::nullopt;
    return Verb::other;
}

KeySet keys_of(Verb verb, bool demoted) {
    if (demoted) return of_every_verb.with(KeySet::of(Key::t));
    return keys_by_verb.at(static_cast<std::size_t>(verb)).with(of_every_verb);
}

std::optional<Key> required_key(Verb verb) {
    switch (verb) {
        case Verb::span:
        case Verb::start:
        case Verb::end:
        case Verb::mark: return Key::step;
        case Verb::status: return Key::st;
        case Verb::sent: return Key::to;
        case Verb::recv: return Key::from;
        case Verb::alias: return Key::ref;
        case Verb::note:
        case Verb::beat:
        case Verb::other: return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace ordertrace
