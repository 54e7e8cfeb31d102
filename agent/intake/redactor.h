// Keeps out of the journal what must not be in it: attributes that are not allowed, and in notes, errors and texts of
// attributes card numbers, e-mail addresses and phone numbers, each replaced by `***`.
// Pure; owned by an EventReader, intake thread. No allocation.
#pragma once

#include <string_view>

#include "intake/text_arena.h"
#include "settings/agent_settings.h"

namespace ordertrace {

class Redactor {
public:
    explicit Redactor(AttributeSettings settings);

    // By the name of the tag it would become.
    bool allows(std::string_view attribute) const;
    std::string_view masked(std::string_view text, TextArena& arena) const;
    // `notes: mask` applies every mask, `notes: drop` leaves nothing.
    std::string_view note(std::string_view text, TextArena& arena) const;
    bool drops_notes() const { return settings_.notes == AttributeSettings::Notes::drop; }

private:
    AttributeSettings settings_;
    bool allows_all_;
};

// Length of what has to be hidden at the front of `text`, 0: nothing. `before` is the character in front of it.
// 13 to 19 digits, single blanks or dashes between them allowed, that pass the Luhn check.
std::size_t card_number_length(std::string_view text, char before);
// name@host.tld
std::size_t email_length(std::string_view text, char before);
// `+` and 8 to 15 digits; or 10 to 12 digits in groups, with an area code in parentheses or a leading 0 or 8; or 11
// digits that begin with 8. Between digits single blanks, dashes, dots and parentheses.
std::size_t phone_length(std::string_view text, char before);

}  // namespace ordertrace
