#include "board/page_frame.h"

#include "board/page_texts.h"

namespace ordertrace {
namespace {

void write_head(HtmlWriter& html, const PageFrame& frame, const PageContext& context) {
    const auto assets = context.base_path + "assets/";
    html.open("head").leaf("meta", {{"charset", "utf-8"}});
    html.leaf("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
    html.leaf("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
    html.leaf("meta", {{"name", "referrer"}, {"content", "same-origin"}});
    html.element("title", {}, frame.title + " · " + std::string{page_texts(context.language).product});
    html.leaf("link", {{"rel", "icon"}, {"type", "image/svg+xml"}, {"href", assets + "icon.svg"}});
    html.leaf("link", {{"rel", "stylesheet"}, {"href", assets + "board.css"}});
    html.element("script", {{"src", assets + "board.js"}, {"defer", "defer"}});
    html.close();
}

void write_search(HtmlWriter& html, const PageFrame& frame, const PageContext& context) {
    const auto& texts = page_texts(context.language);
    html.open("form", {{"role", "search"}, {"action", context.base_path + "orders/"}, {"method", "get"}});
    html.element("label", {{"for", "search"}, {"class", "for-readers"}}, texts.search_label);
    html.leaf("input", {{"id", "search"},
                        {"name", "id"},
                        {"type", "search"},
                        {"required", "required"},
                        {"maxlength", "128"},
                        {"autocomplete", "off"},
                        {"autocapitalize", "none"},
                        {"spellcheck", "false"},
                        {"placeholder", texts.search_hint},
                        {"value", frame.searched}});
    html.element("button", {{"type", "submit"}}, texts.search).close();
}

}  // namespace

HtmlWriter begin_page(const PageFrame& frame, const PageContext& context) {
    const auto& texts = page_texts(context.language);
    HtmlWriter html;
    html.begin_document().open("html", {{"lang", texts.lang}});
    write_head(html, frame, context);
    html.open("body").element("a", {{"class", "skip"}, {"href", "#main"}}, texts.skip);
    html.open("header", {{"class", "top"}});
    html.element("a", {{"class", "brand"}, {"href", context.base_path}}, texts.product);
    write_search(html, frame, context);
    // Shown by the script, which is what updates the page.
    html.element("button", {{"id", "updates"}, {"type", "button"}, {"hidden", "hidden"}, {"data-resume", texts.resume}},
                 texts.pause);
    html.close();
    html.element("p", {{"id", "offline"}, {"class", "banner is-warning"}, {"hidden", "hidden"}}, texts.offline);
    html.element("p", {{"id", "news"}, {"class", "for-readers"}, {"role", "status"}});
    html.open("main", {{"id", "main"}, {"tabindex", "-1"}, {"data-news", frame.news}});
    return html;
}

std::string end_page(HtmlWriter html) { return html.close().close().close().take(); }

}  // namespace ordertrace
