# SPDX-License-Identifier: AGPL-3.0-or-later
# Beside R's programs: Rscript peers.R DIRECTORY, after peers_bench DIRECTORY. The same input, CPU
# seconds (user and system) of one thread, and the largest difference of the answers.

dir <- commandArgs(TRUE)[1]
ours <- read.table(file.path(dir, "ours.txt"), row.names = 1)
number <- function(name) {
    file <- file.path(dir, paste0(name, ".bin"))
    readBin(file, "double", file.size(file) / 8)
}
has <- function(...) all(vapply(c(...), requireNamespace, TRUE, quietly = TRUE))

# Relative to the largest of ours, for a density; otherwise as it is.
share <- function(a, b) max(abs(a - b)) / max(abs(b))
plain <- function(a, b) max(abs(a - b))

# A short work is repeated, as ours is. `differ` NULL: the answers are drawn by chance.
beside <- function(work, package, case, fn, differ = NULL) {
    if (!has(package)) {
        cat(sprintf("%-34s left out: no R package %s\n", work, package))
        return(invisible())
    }
    spent <- 0
    times <- 0
    while (spent < 0.3) {
        from <- proc.time()
        utils::capture.output(answer <- suppressWarnings(fn()))
        spent <- spent + sum((proc.time() - from)[1:2])
        times <- times + 1
    }
    theirs <- spent / times
    mine <- ours[case, 1]
    difference <- if (is.null(differ)) "by chance" else sprintf("%.1e", differ(answer, number(case)))
    name <- sprintf("%s %s", package, as.character(packageVersion(package)))
    cat(sprintf("%-34s %10.6f %10.4f %8.0f x  %-9s %s\n", work, mine, theirs, theirs / mine,
                difference, name))
}

cat(sprintf("%-34s %10s %10s %10s  %-9s %s\n", "work, CPU seconds", "here", "other", "ratio",
            "differs", "other program"))

x <- number("points_x")
y <- number("points_y")
edge <- 12800
fine <- (seq_len(512) - 0.5) * edge / 512
coarse <- (seq_len(128) - 0.5) * edge / 128
inside <- function(n) spatstat.geom::ppp(x[1:n], y[1:n], c(0, edge), c(0, edge), check = FALSE)
spatstat <- function(p) function()
    as.vector(t(spatstat.explore::density.ppp(p, 400, edge = FALSE, dimyx = 512)$v))
if (has("spatstat.geom")) {
    million <- inside(1000000)
    hundred <- inside(100000)
}
beside("Gaussian density 512^2, 1,000,000", "spatstat.explore", "kde_gauss_1m", spatstat(million), share)
beside("Gaussian density 512^2, 100,000", "spatstat.explore", "kde_gauss_100k", spatstat(hundred), share)
beside("Gaussian density 512^2, 1,000,000", "KernSmooth", "kde_gauss_1m", function()
    as.vector(KernSmooth::bkde2D(cbind(x, y), 400, c(512, 512), list(range(fine), range(fine)))$fhat) *
        length(x), share)
beside("exact Gaussian 128^2, 100,000", "MASS", "kde_exact_gauss_100k", function()
    as.vector(MASS::kde2d(x[1:100000], y[1:100000], 4 * 400, 128, rep(range(coarse), 2))$z) * 100000,
    share)

cells <- number("cells")
lattice <- function(self) {
    nb <- spdep::cell2nb(100, 100, type = "queen")
    spdep::nb2listw(if (self) spdep::include.self(nb) else nb, style = "B")
}
beside("Gi* with neighbours, 10,000", "spdep", "gistar_10k", function()
    as.vector(spdep::localG(cells, lattice(TRUE))), plain)
if (has("spdep")) {
    with_self <- lattice(TRUE)
    without <- spdep::nb2listw(spdep::cell2nb(100, 100, type = "queen"), style = "W")
}
beside("Gi*, 999 permutations, 10,000", "spdep", "gistar_999_10k", function()
    spdep::localG_perm(cells, with_self, nsim = 999))
beside("local Moran, 999, 10,000", "spdep", "moran_999_10k", function()
    spdep::localmoran_perm(cells, without, nsim = 999)[, "Ii"], plain)

events <- cbind(number("events_x"), number("events_y"))
day <- number("events_t")
beside("Knox 200 m, 14 days, 99, 1,000", "surveillance", "knox_99_1k", function()
    unname(surveillance::knox(dist(day), dist(events), 14, 200, simulate.p.value = TRUE, B = 99,
                              .parallel = 1)$statistic), plain)
beside("Mantel, 99, 1,000", "vegan", "mantel_99_1k", function()
    vegan::mantel(1 / (1 + dist(events)), 1 / (1 + dist(day)), permutations = 99)$statistic, plain)

week <- number("weeks")
judged <- 470:521
if (has("surveillance"))
    series <- surveillance::sts(observed = week, start = c(2016, 1), frequency = 52)
flexible <- function(...) function() as.vector(surveillance::upperbound(
    surveillance::farringtonFlexible(series, list(range = judged, b = 5, w = 3, ...))))
beside("Farrington, 52 weeks", "surveillance", "farrington_original",
       flexible(reweight = FALSE, noPeriods = 1, pastWeeksNotIncluded = 3, pThresholdTrend = 0.05,
                alpha = 0.05, thresholdMethod = "delta"), plain)
people <- number("people")
beside("Farrington, population, 52 weeks", "surveillance", "farrington_population", function() {
    with_people <- surveillance::sts(observed = week, start = c(2016, 1), frequency = 52,
                                     population = matrix(people, ncol = 1))
    as.vector(surveillance::upperbound(surveillance::farringtonFlexible(with_people,
        list(range = judged, b = 5, w = 3, reweight = FALSE, noPeriods = 1, pastWeeksNotIncluded = 3,
             pThresholdTrend = 0.05, alpha = 0.05, thresholdMethod = "delta",
             populationOffset = TRUE))))
}, plain)
beside("Farrington, Noufaily, 52 weeks", "surveillance", "farrington_noufaily",
       flexible(reweight = TRUE, weightsThreshold = 2.58, noPeriods = 10,
                pastWeeksNotIncluded = 26, pThresholdTrend = 1, alpha = 0.005,
                thresholdMethod = "nbPlugin"), plain)
# Waves of the year: the regression, its null, and where a count of each week would come.
first_day <- 16804 + 7 * (seq_along(week) - 1)
wave <- function(f, h) {
    noon <- outer(first_day, 0.5 + 0:6, "+")
    rowMeans(f(2 * pi * h * noon / 365.2425))
}
waves <- function(negbin) function() {
    middle <- 16804 + 7 * length(week) / 2
    x <- cbind(1, wave(sin, 1), wave(cos, 1), wave(sin, 2), wave(cos, 2),
               (first_day + 3.5 - middle) / 365.2425)
    off <- rep(log(7), length(week))
    fit <- function(x) if (negbin) MASS::glm.nb(week ~ x - 1 + offset(off)) else
        glm(week ~ x - 1 + offset(off), family = quasipoisson)
    m <- fit(x)
    m0 <- fit(x[, c(1, 6)])
    a <- anova(m0, m, test = if (negbin) "Chisq" else "F")
    mu <- fitted(m)
    se2 <- rowSums((x %*% vcov(m)) * x)
    phi <- if (negbin) 1 else summary(m)$dispersion
    size <- 1 / ((phi - 1) / mu + (if (negbin) 1 / m$theta else 0) + se2)
    c(coef(m), rbind(qnbinom(0.025, size, mu = mu), qnbinom(0.975, size, mu = mu)))
}
beside("waves of the year, quasi, 521 weeks", "MASS", "harmonic_quasi", waves(FALSE), plain)
beside("waves of the year, negbin, 521 weeks", "MASS", "harmonic_negbin", waves(TRUE), plain)
beside("EARS C2, 500 weeks", "surveillance", "ears_c2", function()
    as.vector(surveillance::upperbound(surveillance::earsC(
        series, list(range = 22:521, method = "C2", baseline = 7, alpha = 0.001)))), plain)
beside("STL, robust, 521 weeks", "stats", "stl_robust", function()
    as.vector(stl(ts(week, frequency = 52), 13, robust = TRUE)$time.series[, "trend"]), plain)
beside("breaks, 521 weeks", "strucchange", "breaks", function() {
    found <- strucchange::breakpoints(week ~ 1, h = 78, breaks = 5)
    summary(found)$RSS["RSS", ]
}, share)
