// A stored span as one line of JSON, for `ordertrace-agent journal cat` and for whoever opens rejected/.
// Pure; any thread. The bytes are not trusted: what cannot be read as a span is said, text is escaped.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ordertrace {

// `process` is a Thrift Process, `span` a Thrift Span, as the journal keeps them.
Result<std::string> span_as_json(std::string_view process, std::string_view span);

// Appends `text` as a JSON string: control characters, quotes and bytes that are no UTF-8 are escaped.
void append_json_text(std::string& out, std::string_view text);

}  // namespace ordertrace
