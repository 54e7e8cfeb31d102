// Names in a settings file: systems, destinations, namespaces, tags, globs, charsets, time zones, patterns.
// Judges, to be given to MapReader::read. Pure but for charsets and zones, which ask the system. Any thread.
#pragma once

#include <string>

#include "settings/settings_problem.h"

namespace ordertrace {

// [a-z0-9_.-]{1,64}, not `order`: that one is the product's own.
Judged<std::string> own_system_name(const std::string& text);
// The same in lower case, `order` included: a listener may be told to believe it.
Judged<std::string> believed_system_name(const std::string& text);
// [A-Za-z0-9_.-]{1,64}
Judged<std::string> namespace_name(const std::string& text);
// [a-z0-9_-]{1,32}: it becomes a metric label, a file name and a part of tag names.
Judged<std::string> destination_name(const std::string& text);
// [A-Za-z0-9_.-]{1,63}, none that the agent or Jaeger sets itself.
Judged<std::string> process_tag_name(const std::string& text);

// What a name or a text of at most 128 bytes may be compared with; * and ? are wild.
Judged<std::string> glob(const std::string& text);
// A word of the protocol of 1 to 128 bytes, as a status or a step.
Judged<std::string> protocol_word(const std::string& text);

// Known to iconv, and an extension of ASCII: lines are split before they are converted.
Judged<std::string> charset(const std::string& text);
// An IANA name with a file in the system's zone database, or +03:00.
Judged<std::string> time_zone(const std::string& text);

// Only an IANA name: the rules of a place, daylight saving included.
Judged<std::string> named_time_zone(const std::string& text);

// An RE2 pattern with a capture; empty: none.
Judged<std::string> order_pattern(const std::string& text);

}  // namespace ordertrace
