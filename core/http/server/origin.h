/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Whether a request may be the work of a page that somebody has open in a browser: such a page must not use
 * the browser's way to this machine. Main thread.
 */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/** It comes from no page, or from one of this server. */
gboolean offhook_origin_is_own(SoupServerMessage *msg);

/**
 * offhook_origin_is_here:
 * @public_url: (nullable): that of the server
 *
 * It was sent to this machine by address, as localhost, or to @public_url: a name that somebody else has led here
 * is none of these, though its pages would be of the same origin then.
 */
gboolean offhook_origin_is_here(SoupServerMessage *msg, const char *public_url);

G_END_DECLS
