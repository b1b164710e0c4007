# Indices at every level: moderated variances (limma), random-effects means and shrunken values (metafor).
# Run in this folder: Rscript make_levels.R. Makes ../t17_levels.json.
suppressPackageStartupMessages({ library(limma); library(metafor); library(jsonlite) })
set.seed(20261124)

squeezed <- function(variances, df) {
  found <- squeezeVar(variances, df)
  list(variances = variances, df = df, posterior = found$var.post, prior_df = found$df.prior, prior = found$var.prior)
}
df <- c(3, 5, 8, 12, 4, 20, 7, 9, 15, 6)
apart <- 100 * exp(rnorm(10)) * rchisq(10, df) / df
shrunken <- function(y, v) {
  fit <- rma(y, v, method = "REML", control = list(threshold = 1e-14, maxiter = 10000))
  own <- blup(fit)
  list(y = y, v = v, between = fit$tau2, mean = as.numeric(fit$beta), mean_se = fit$se,
       value = as.numeric(own$pred), se = as.numeric(own$se))
}
y <- rnorm(12, 60, 6); v <- runif(12, 2, 20)
few <- c(51.2, 63.9, 58.4, 70.1); few_v <- c(9, 16, 4, 25)
equal <- c(50, 50.4, 49.8, 50.1, 50.2); equal_v <- rep(4, 5)
write_json(list(
  r = paste(R.version.string, "limma", packageVersion("limma"), "metafor", packageVersion("metafor")),
  squeeze = squeezed(apart, df), shrink = shrunken(y, v), shrink_few = shrunken(few, few_v),
  shrink_none = shrunken(equal, equal_v)
), "../t17_levels.json", digits = 16, auto_unbox = TRUE)
