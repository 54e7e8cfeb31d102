// Writes one `ord1` line from words a shell has already taken apart (proto/protocol.md). Pure.
// No limits of its own: the agent cuts what is too long and says so.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ordertrace {

// The value as a word of a line: bare where that reads back the same, else quoted with its escapes.
std::string line_value(std::string_view value);

// `words` are key=value, words without a key, and from the first one that begins with `:` on the note.
// Text from a user stays in its place: no value and no note can begin another event.
std::string event_line(std::string_view verb, std::string_view order, const std::vector<std::string>& words);

// Below another line in the same datagram: this one may be an event of its own. Else it continues the note above it.
bool claims_to_be_event(std::string_view line);

}  // namespace ordertrace
