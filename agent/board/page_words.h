// The small parts every page is made of: times, ages, states with their icon, links to orders. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "board/html_writer.h"
#include "board/page_texts.h"
#include "board/pages.h"

namespace ordertrace {

std::string utc_text(TimePoint time);  // "2026-11-22 10:00:00 UTC": always 23 characters, the script counts on it
std::string iso_text(TimePoint time);  // "2026-11-22T10:00:00.843Z"
// <time>, shown in UTC until the script puts the reader's own in its place.
void write_time(HtmlWriter& html, TimePoint time);
// The time from `then` to `now`; 0 s if `then` is a clock ahead.
std::string age_text(TimePoint then, const PageContext& context);

// How bad it is; colours and icons follow it, never colours alone.
enum class Mood : std::uint8_t { bad, warning, good, done, quiet };
Mood mood_of(const Verdict& verdict);
std::string_view class_of(Mood mood);  // "is-bad"
// Drawn, and silent for screen readers: words stand beside it.
void write_icon(HtmlWriter& html, Mood mood);
// Icon and words in the mood's colour.
void write_state(HtmlWriter& html, Mood mood, std::string_view words);

std::string order_url(std::string_view order, const PageContext& context);
std::string stage_url(std::string_view stage, const PageContext& context);

// A heading with an id of its own and the section it names; closed by the caller.
void open_section(HtmlWriter& html, std::string_view id, std::string_view heading);

}  // namespace ordertrace
