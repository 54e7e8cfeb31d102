// One thing that is wrong in a settings file, where it is, and what to do about it.
// Plain data, made by the readers of this room and printed by the programs. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace ordertrace {

struct SettingsProblem {
    std::string file;
    int line = 0;  // from 1; 0: the file as a whole
    int column = 0;
    std::string key;   // steps.per_step.cut_panel.overdue_after, listen[0].udp; empty: the text itself
    std::string what;  // never holds the text of a credential
    std::string hint;  // empty: none
    friend bool operator==(const SettingsProblem&, const SettingsProblem&) = default;
};

// file:line:column: key: what; hint
std::string to_string(const SettingsProblem& problem);

// What a judge of a single value has to say: the place is added by who knows it.
struct Complaint {
    std::string what;
    std::string hint;
    friend bool operator==(const Complaint&, const Complaint&) = default;
};

template <class T>
using Judged = tl::expected<T, Complaint>;

inline tl::unexpected<Complaint> complain(std::string what, std::string hint = {}) {
    return tl::unexpected<Complaint>(Complaint{std::move(what), std::move(hint)});
}

// The value between quotes, shortened: a message is one line of readable length.
std::string quoted(std::string_view value);

// "a, b or c"
std::string alternatives(const std::vector<std::string>& names);

// The candidate that is a slip of the finger away from `name`; empty if there is none.
std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates);
// "did you mean NAME?" for it, or empty.
std::string nearest_name_hint(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace ordertrace
