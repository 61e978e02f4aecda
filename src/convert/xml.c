/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "convert/xml.h"

#include <expat.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

#define DEPTH_MOST 64

struct xml {
    XML_Parser parser;
    struct xml_handler handler;
    struct stream_out *out;
    unsigned depth;
    enum err stopped;
};

static const char *local(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon ? colon + 1 : name;
}

void xml_stop(struct xml *x, enum err e)
{
    if (x->stopped)
        return;
    x->stopped = e;
    XML_StopParser(x->parser, XML_FALSE);
}

static void on_start(void *arg, const char *name, const char **attributes)
{
    struct xml *x = arg;
    if (x->stopped)
        return;
    if (++x->depth > DEPTH_MOST)
        xml_stop(x, stream_fault(x->out, CONVERT_FAULT_XML, xml_line(x), "nested too deep"));
    else
        x->handler.start(x->handler.arg, local(name), attributes);
}

static void on_end(void *arg, const char *name)
{
    struct xml *x = arg;
    if (x->stopped)
        return;
    x->depth--;
    x->handler.end(x->handler.arg, local(name));
}

static void on_text(void *arg, const char *s, int n)
{
    struct xml *x = arg;
    if (!x->stopped && n > 0)
        x->handler.text(x->handler.arg, s, (size_t)n);
}

static void on_doctype(void *arg, const char *name, const char *system, const char *public,
                       int internal)
{
    struct xml *x = arg;
    (void)name, (void)system, (void)public, (void)internal;
    xml_stop(x, stream_fault(x->out, CONVERT_FAULT_ENTITY, xml_line(x), ""));
}

struct xml *xml_new(const struct xml_handler *h, struct stream_out *out)
{
    static const XML_Memory_Handling_Suite memory = {mem_alloc, mem_realloc, mem_free};
    AUTO(mem_freep) struct xml *x = mem_alloc(sizeof *x);
    if (!x)
        return NULL;
    x->parser = XML_ParserCreate_MM(NULL, &memory, NULL);
    if (!x->parser)
        return NULL;
    x->handler = *h;
    x->out = out;
    XML_SetUserData(x->parser, x);
    XML_SetElementHandler(x->parser, on_start, on_end);
    if (h->text)
        XML_SetCharacterDataHandler(x->parser, on_text);
    XML_SetStartDoctypeDeclHandler(x->parser, on_doctype);
    return TAKE(x);
}

void xml_free(struct xml *x)
{
    if (!x)
        return;
    XML_ParserFree(x->parser);
    mem_free(x);
}

void xml_freep(struct xml **x)
{
    xml_free(*x);
    *x = NULL;
}

enum err xml_feed(struct xml *x, const char *s, size_t n, bool last)
{
    if (x->stopped)
        return x->stopped;
    if (XML_Parse(x->parser, s, (int)n, last) == XML_STATUS_OK)
        return ERR_OK;
    if (x->stopped)
        return x->stopped;
    enum XML_Error error = XML_GetErrorCode(x->parser);
    x->stopped = error == XML_ERROR_NO_MEMORY
                     ? ERR_NOMEM
                     : stream_fault(x->out, CONVERT_FAULT_XML, xml_line(x), XML_ErrorString(error));
    return x->stopped;
}

uint64_t xml_line(const struct xml *x)
{
    return XML_GetCurrentLineNumber(x->parser);
}

const char *xml_attribute(const char **attributes, const char *name)
{
    for (; attributes[0]; attributes += 2)
        if (str_eq(local(attributes[0]), name))
            return attributes[1];
    return NULL;
}
