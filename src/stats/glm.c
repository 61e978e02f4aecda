/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stats/glm.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "stats/normal.h"

#define STEPS_MOST 100
#define THETA_MOST 1e7 /* beyond it the counts are Poisson for all that can be told */

struct fitting {
    const struct work *w;
    const struct glm_data *d;
    double theta; /* INFINITY: Poisson */
    double *a;    /* the weighted columns, rows each; then Householder vectors */
    double *z;    /* the weighted working response */
    double *eta, *mu;
    double r[GLM_COLUMNS_MOST][GLM_COLUMNS_MOST];
    double coef[GLM_COLUMNS_MOST], deviance;
    double rounding; /* of the deviance, which may be 0 itself */
    enum glm_fault fault;
    int fault_column, steps;
};

const char *glm_fault_name(enum glm_fault f)
{
    static const char *const names[GLM_FAULT_COUNT] = {
        [GLM_FITTED] = "fitted",       [GLM_TOO_FEW] = "too_few",     [GLM_NO_EVENTS] = "no_events",
        [GLM_COLLINEAR] = "collinear", [GLM_SEPARATED] = "separated", [GLM_UNSETTLED] = "unsettled",
    };
    assert((unsigned)f < GLM_FAULT_COUNT);
    return names[f];
}

static double weight_of(const struct glm_data *d, size_t i)
{
    return d->weight ? d->weight[i] : 1;
}

static double offset_of(const struct glm_data *d, size_t i)
{
    return d->offset ? d->offset[i] : 0;
}

/* --- Input --- */

static bool usable_rows(const struct glm_data *d)
{
    for (size_t i = 0; i < d->rows; i++) {
        if (!(d->y[i] >= 0 && d->y[i] <= 1e9))
            return false;
        if (!isfinite(offset_of(d, i)) || !(weight_of(d, i) >= 0) || isinf(weight_of(d, i)))
            return false;
        for (int j = 0; j < d->columns; j++)
            if (!isfinite(d->column[j][i]))
                return false;
    }
    return true;
}

static size_t rows_with_weight(const struct glm_data *d)
{
    size_t n = 0;
    for (size_t i = 0; i < d->rows; i++)
        n += weight_of(d, i) > 0;
    return n;
}

static double events(const struct glm_data *d)
{
    double sum = 0;
    for (size_t i = 0; i < d->rows; i++)
        sum += weight_of(d, i) * d->y[i];
    return sum;
}

/* --- One step: least squares --- */

/* V(mu) / mu^2 is the reciprocal of this: the working weight with a log link. */
static double information(const struct fitting *f, double mu)
{
    return isinf(f->theta) ? mu : mu / (1 + mu / f->theta);
}

static void weigh(struct fitting *f)
{
    const struct glm_data *d = f->d;
    for (size_t i = 0; i < d->rows; i++) {
        double root = sqrt(weight_of(d, i) * information(f, f->mu[i]));
        for (int j = 0; j < d->columns; j++)
            f->a[(size_t)j * d->rows + i] = root * d->column[j][i];
        f->z[i] = root * (f->eta[i] - offset_of(d, i) + (d->y[i] - f->mu[i]) / f->mu[i]);
    }
}

static double norm(const double *v, size_t n)
{
    double most = 0, sum = 0;
    for (size_t i = 0; i < n; i++)
        most = fmax(most, fabs(v[i]));
    if (most == 0)
        return 0;
    for (size_t i = 0; i < n; i++)
        sum += (v[i] / most) * (v[i] / most);
    return most * sqrt(sum);
}

static void reflect(const double *v, double scale, double *x, size_t n)
{
    double dot = 0;
    for (size_t i = 0; i < n; i++)
        dot += v[i] * x[i];
    dot *= scale;
    for (size_t i = 0; i < n; i++)
        x[i] -= dot * v[i];
}

/* R in f->r, Q'z in f->z. False when a column lies in the span of those before it. */
static bool triangulate(struct fitting *f)
{
    size_t n = f->d->rows;
    int p = f->d->columns;
    for (int j = 0; j < p; j++) {
        double *col = f->a + (size_t)j * n, *v = col + j;
        size_t m = n - (size_t)j;
        double whole = norm(col, n), len = norm(v, m);
        if (!(len > 1e-9 * whole)) {
            f->fault = GLM_COLLINEAR;
            f->fault_column = j;
            return false;
        }
        double head = v[0] > 0 ? -len : len;
        v[0] -= head;
        double scale = -1 / (head * v[0]); /* 2 / v'v */
        for (int k = j + 1; k < p; k++)
            reflect(v, scale, f->a + (size_t)k * n + j, m);
        reflect(v, scale, f->z + j, m);
        f->r[j][j] = head;
        for (int k = j + 1; k < p; k++)
            f->r[j][k] = f->a[(size_t)k * n + j];
    }
    return true;
}

static void solve(const struct fitting *f, double *coef)
{
    for (int j = f->d->columns - 1; j >= 0; j--) {
        double s = f->z[j];
        for (int k = j + 1; k < f->d->columns; k++)
            s -= f->r[j][k] * coef[k];
        coef[j] = s / f->r[j][j];
    }
}

/* --- The iteration --- */

static double unit_deviance(double y, double mu, double theta)
{
    double t = y > 0 ? y * log(y / mu) : 0;
    if (isinf(theta))
        return 2 * (t - (y - mu));
    return 2 * (t - (y + theta) * log((y + theta) / (mu + theta)));
}

/* eta, mu and the deviance at `coef`; INFINITY where it overflows. */
static double look(struct fitting *f, const double *coef)
{
    const struct glm_data *d = f->d;
    double sum = 0;
    for (size_t i = 0; i < d->rows; i++) {
        double eta = offset_of(d, i);
        for (int j = 0; j < d->columns; j++)
            eta += coef[j] * d->column[j][i];
        if (!(fabs(eta) < 600))
            return INFINITY;
        f->eta[i] = eta;
        f->mu[i] = exp(eta);
        if (weight_of(d, i) > 0)
            sum += weight_of(d, i) * unit_deviance(d->y[i], f->mu[i], f->theta);
    }
    return sum;
}

/* Starts near the data, as McCullagh and Nelder do. */
static void begin(struct fitting *f)
{
    for (size_t i = 0; i < f->d->rows; i++) {
        f->mu[i] = f->d->y[i] + (f->d->y[i] > 0 ? 0.1 : 1.0 / 6);
        f->eta[i] = log(f->mu[i]);
    }
    f->deviance = INFINITY;
    f->rounding = 1e-15 * events(f->d);
}

/* Halves the step until the deviance no longer grows. */
static double step_to(struct fitting *f, double *next)
{
    double dev = look(f, next);
    for (int half = 0; half < 30 && isfinite(f->deviance); half++) {
        if (dev <= f->deviance + 1e-9 * (fabs(f->deviance) + 0.1))
            break;
        for (int j = 0; j < f->d->columns; j++)
            next[j] = f->coef[j] + (next[j] - f->coef[j]) / 2;
        dev = look(f, next);
    }
    return dev;
}

static bool settled(const struct fitting *f, const double *next, double dev)
{
    double most = 0;
    for (int j = 0; j < f->d->columns; j++)
        most = fmax(most, fabs(next[j] - f->coef[j]) / (fabs(next[j]) + 1e-6));
    return fabs(dev - f->deviance) <= 1e-13 * (fabs(dev) + 0.1) + f->rounding || most < 1e-11;
}

static enum err iterate(struct fitting *f)
{
    double next[GLM_COLUMNS_MOST];
    int p = f->d->columns;
    for (int step = 0; step < STEPS_MOST; step++) {
        TRY(work_tick(f->w, (double)step / STEPS_MOST));
        f->steps++;
        weigh(f);
        if (!triangulate(f))
            return ERR_OK;
        solve(f, next);
        double dev = step_to(f, next);
        if (!isfinite(dev))
            break;
        bool done = step > 0 && settled(f, next, dev);
        memcpy(f->coef, next, (size_t)p * sizeof *next);
        f->deviance = dev;
        if (done)
            return ERR_OK;
    }
    f->fault = GLM_UNSETTLED;
    return ERR_OK;
}

/* A fitted mean that is nothing beside the others, where nothing happened. */
static bool separated(const struct fitting *f)
{
    const struct glm_data *d = f->d;
    double rate = 0, share = 0;
    for (size_t i = 0; i < d->rows; i++) {
        rate += weight_of(d, i) * d->y[i];
        share += weight_of(d, i) * exp(offset_of(d, i));
    }
    for (size_t i = 0; i < d->rows; i++)
        if (weight_of(d, i) > 0 && d->y[i] == 0 &&
            f->mu[i] < 1e-9 * rate / share * exp(offset_of(d, i)))
            return true;
    return false;
}

/* --- The negative binomial's theta --- */

struct slope {
    double score, info;
};

static struct slope theta_slope(const struct fitting *f, double theta)
{
    const struct glm_data *d = f->d;
    struct slope s = {0, 0};
    for (size_t i = 0; i < d->rows; i++) {
        double w = weight_of(d, i), y = d->y[i], mu = f->mu[i], sum = mu + theta;
        if (w == 0)
            continue;
        s.score +=
            w * (digamma(theta + y) - digamma(theta) - log1p(mu / theta) + 1 - (y + theta) / sum);
        s.info += w * (trigamma(theta) - trigamma(theta + y) - 1 / theta + 2 / sum -
                       (y + theta) / (sum * sum));
    }
    return s;
}

/* Where the score is 0; it falls through 0 once. INFINITY when it never does below THETA_MOST. */
static double best_theta(const struct fitting *f)
{
    double low = 1e-8, high = 1;
    while (high < THETA_MOST && theta_slope(f, high).score > 0) {
        low = high;
        high *= 4;
    }
    if (high >= THETA_MOST)
        return INFINITY;
    double theta = sqrt(low * high);
    for (int i = 0; i < 200 && high - low > 1e-13 * high; i++) {
        struct slope s = theta_slope(f, theta);
        if (s.score > 0)
            low = theta;
        else
            high = theta;
        double next = theta + s.score / s.info;
        if (fabs(next - theta) < 1e-13 * theta)
            break;
        theta = s.info > 0 && next > low && next < high ? next : sqrt(low * high);
    }
    return theta;
}

/* Near Poisson the score is so flat that rounding moves theta; far less than its own error does. */
static bool same_theta(const struct fitting *f, double theta)
{
    if (isinf(theta) || isinf(f->theta))
        return isinf(theta) && isinf(f->theta);
    double away = fabs(theta - f->theta), info = theta_slope(f, theta).info;
    return away < 1e-10 * theta || away * sqrt(fmax(info, 0)) < 1e-7;
}

static enum err alternate(struct fitting *f)
{
    f->theta = INFINITY;
    TRY(iterate(f));
    for (int i = 0; i < STEPS_MOST && f->fault == GLM_FITTED; i++) {
        double theta = best_theta(f);
        bool same = same_theta(f, theta);
        f->theta = theta;
        if (same)
            return ERR_OK;
        f->deviance = look(f, f->coef);
        TRY(iterate(f));
    }
    if (f->fault == GLM_FITTED)
        f->fault = GLM_UNSETTLED;
    return ERR_OK;
}

/* --- The answer --- */

/* (R'R)^-1 from the inverse of R. */
static void covariance(const struct fitting *f, struct glm_fit *out)
{
    int p = f->d->columns;
    double inv[GLM_COLUMNS_MOST][GLM_COLUMNS_MOST] = {0};
    for (int j = 0; j < p; j++) {
        inv[j][j] = 1 / f->r[j][j];
        for (int i = j - 1; i >= 0; i--) {
            double s = 0;
            for (int k = i + 1; k <= j; k++)
                s += f->r[i][k] * inv[k][j];
            inv[i][j] = -s / f->r[i][i];
        }
    }
    for (int i = 0; i < p; i++)
        for (int j = 0; j < p; j++) {
            double s = 0;
            for (int k = i > j ? i : j; k < p; k++)
                s += inv[i][k] * inv[j][k];
            out->cov[i][j] = s;
        }
}

static double log_density(double y, double mu, double theta)
{
    int sign;
    if (isinf(theta))
        return y * log(mu) - mu - lgamma_r(y + 1, &sign);
    return lgamma_r(theta + y, &sign) - lgamma_r(theta, &sign) - lgamma_r(y + 1, &sign) -
           theta * log1p(mu / theta) - y * log1p(theta / mu);
}

static void conclude(struct fitting *f, struct glm_fit *out)
{
    const struct glm_data *d = f->d;
    weigh(f);
    if (!triangulate(f)) {
        out->fault = f->fault;
        out->fault_column = f->fault_column;
        return;
    }
    covariance(f, out);
    for (size_t i = 0; i < d->rows; i++) {
        double w = weight_of(d, i), rest = d->y[i] - f->mu[i];
        if (w == 0)
            continue;
        out->pearson += w * rest * rest / (f->mu[i] * f->mu[i]) * information(f, f->mu[i]);
        out->log_likelihood += w * log_density(d->y[i], f->mu[i], f->theta);
    }
    out->df = (double)rows_with_weight(d) - d->columns;
    out->dispersion = out->df > 0 ? out->pearson / out->df : NAN;
    memcpy(out->coef, f->coef, sizeof f->coef);
    out->deviance = f->deviance;
}

static enum err room(struct fitting *f)
{
    struct arena *a = f->w->arena;
    size_t n = f->d->rows;
    f->a = ARENA_ARRAY(a, n * (size_t)f->d->columns, double);
    f->z = ARENA_ARRAY(a, n, double);
    f->eta = ARENA_ARRAY(a, n, double);
    f->mu = ARENA_ARRAY(a, n, double);
    return f->a && f->z && f->eta && f->mu ? ERR_OK : ERR_NOMEM;
}

enum err glm_fit(const struct work *w, const struct glm_data *d, enum glm_family family,
                 double theta, struct glm_fit *out)
{
    assert(w && d && out);
    if (d->columns < 1 || d->columns > GLM_COLUMNS_MOST || d->rows > GLM_ROWS_MOST)
        return ERR_LIMIT;
    if (!usable_rows(d) || (family == GLM_NEGBIN && !(theta >= 0 && isfinite(theta))))
        return ERR_INVALID;
    struct fitting f = {.w = w, .d = d, .theta = INFINITY};
    struct glm_fit fit = {.columns = d->columns, .theta = INFINITY, .se_theta = NAN};
    if (rows_with_weight(d) < (size_t)d->columns)
        fit.fault = GLM_TOO_FEW;
    else if (events(d) == 0)
        fit.fault = GLM_NO_EVENTS;
    if (fit.fault == GLM_FITTED) {
        TRY(room(&f));
        begin(&f);
        bool search = family == GLM_NEGBIN && theta == 0;
        if (family == GLM_NEGBIN && !search)
            f.theta = theta;
        TRY(search ? alternate(&f) : iterate(&f));
        fit.fault = f.fault;
        fit.fault_column = f.fault_column;
        fit.iterations = f.steps;
        if (f.fault != GLM_COLLINEAR && separated(&f))
            fit.fault = GLM_SEPARATED;
        fit.mu = f.mu;
        fit.theta = f.theta;
        if (fit.fault == GLM_FITTED && search && isfinite(f.theta))
            fit.se_theta = 1 / sqrt(theta_slope(&f, f.theta).info);
        if (fit.fault == GLM_FITTED)
            conclude(&f, &fit);
    }
    *out = fit;
    return ERR_OK;
}

double glm_se(const struct glm_fit *f, int j, double phi)
{
    return sqrt(phi * f->cov[j][j]);
}

double glm_eta_se(const struct glm_fit *f, const double *x, double phi)
{
    double sum = 0;
    for (int i = 0; i < f->columns; i++)
        for (int j = 0; j < f->columns; j++)
            sum += x[i] * f->cov[i][j] * x[j];
    return sqrt(phi * fmax(sum, 0));
}
