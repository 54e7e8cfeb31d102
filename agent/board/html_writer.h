// Writes HTML and the SVG inside it. The only way to put text into a page: content and attribute values are made inert
// (display_text.h) and escaped, so that nothing from outside can be markup. Owned by whoever renders a page; one
// thread. Holds the whole page.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace ordertrace {

// Inert text with & < > " ' as character references.
std::string escape_html(std::string_view text);
// As one segment of a path or one value of a query: all but RFC 3986's unreserved characters as %XX.
std::string percent_encoded(std::string_view text);

class HtmlWriter {
public:
    // Names of tags and attributes are the program's own, never from outside. An attribute without a value is left out.
    struct Attribute {
        std::string_view name;
        std::string_view value;
    };
    using Attributes = std::initializer_list<Attribute>;

    HtmlWriter& begin_document();
    HtmlWriter& open(std::string_view tag, Attributes attributes = {});
    HtmlWriter& close();  // what was opened last
    HtmlWriter& text(std::string_view text);
    // The whole of an element that holds nothing but text.
    HtmlWriter& element(std::string_view tag, Attributes attributes, std::string_view content = {});
    // <meta>, <link>, <input>: elements without an end.
    HtmlWriter& leaf(std::string_view tag, Attributes attributes);
    // Where a long word may be broken.
    HtmlWriter& may_break();
    // A name with a chance to break after each of its underscores, hyphens and dots.
    HtmlWriter& name(std::string_view name);

    // What was written; everything opened must be closed.
    std::string take();

private:
    std::string out_;
    std::vector<std::string_view> open_;
};

}  // namespace ordertrace
