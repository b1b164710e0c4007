# Usage: Rscript r/make_invariance.R, in the folder of the data. Ordinal invariance in several groups; writes t18_invariance.json.
suppressMessages({library(jsonlite); library(lavaan); library(semTools)})
cols <- function(d) lapply(as.list(d),function(x) I(as.vector(x)))
keep <- c("chisq","df","pvalue","chisq.scaled","pvalue.scaled","chisq.scaling.factor","baseline.chisq","baseline.df","baseline.chisq.scaled","cfi","tli","cfi.scaled","tli.scaled","rmsea","rmsea.scaled","rmsea.ci.lower.scaled","rmsea.ci.upper.scaled")
steps <- list(configural="",thresholds="thresholds",loadings=c("thresholds","loadings"),intercepts=c("thresholds","loadings","intercepts"),residuals=c("thresholds","loadings","intercepts","residuals"))
# delta for the first four steps and their estimates; equal residual variances need theta, whose fit at the other steps is the same
run <- function(model,D,group,labels,partial=NULL,missing="listwise",residuals=TRUE) { it <- lavNames(model,"ov"); D[[group]] <- as.character(D[[group]])
  fit <- function(s,param) { a <- list(configural.model=model,data=D,ordered=it,parameterization=param,ID.fac="std.lv",ID.cat="Wu.Estabrook.2016",group=group,group.label=labels,group.equal=steps[[s]],missing=missing)
    if (!is.null(partial)) a$group.partial <- partial
    cfa(as.character(do.call(measEq.syntax,a)),D,ordered=it,group=group,group.label=labels,parameterization=param,estimator="WLSMV",missing=missing) }
  delta <- sapply(names(steps)[1:4],fit,param="delta"); o <- list(model=model,labels=I(labels),n=I(lavInspect(delta[[1]],"nobs")))
  theta <- if (residuals) sapply(names(steps)[4:5],fit,param="theta")
  o$steps <- lapply(c(delta,theta["residuals"]),function(f) as.list(unclass(fitMeasures(f,keep))))
  p <- parameterEstimates(delta$intercepts); p <- p[p$se>0,]; o$intercepts <- cols(p[c("lhs","op","rhs","group","est","se")])
  p <- parameterEstimates(delta$thresholds); p <- p[p$se>0,]; o$thresholds <- cols(p[c("lhs","op","rhs","group","est","se")])
  # two at a time; lavTestLRT cannot compare models of equal df
  test <- function(a,b) if (fitMeasures(a,"df")==fitMeasures(b,"df")) c(NA,0,NA) else { t <- as.data.frame(unclass(lavTestLRT(a,b,method="satorra.2000")),check.names=FALSE); c(t[["Chisq diff"]][2],t[["Df diff"]][2],t[["Pr(>Chisq)"]][2]) }
  lrt <- function(f) { t <- sapply(2:length(f),function(i) test(f[[i-1]],f[[i]])); list(statistic=I(t[1,]),df=I(t[2,]),p=I(t[3,])) }
  o$difference <- lrt(delta); if (residuals) o$residuals_difference <- lrt(theta); o }
co <- read.csv("coop_respondents.csv"); for (v in c("T4","N2","W5")) co[[v]] <- 6-co[[v]]
m3 <- "trust =~ T1+T2+T3+T4+T5\nnorm =~ N1+N2+N3+N4+N5\nnetwork =~ W1+W2+W3+W4+W5"; G <- c("official","ngo"); o <- list()
o$coop <- run(m3,co,"group",G,missing="pairwise")
o$coop_partial <- run(m3,co,"group",G,partial="N4 ~ 1",missing="pairwise",residuals=FALSE)
# three categories: no step before the loadings can be tested
it <- lavNames(m3,"ov"); three <- co; three[it] <- lapply(three[it],function(x) ifelse(x<3,1,ifelse(x==3,2,3)))
o$coop_three <- run(m3,three,"group",G,missing="pairwise")
# three groups
bfi <- read.csv("bfi.csv"); bfi$school <- ifelse(bfi$education<3,"low",ifelse(bfi$education==3,"some","high")); b2 <- "agree =~ A1+A2+A3+A4+A5\nextra =~ E1+E2+E3+E4+E5"
bfi <- bfi[complete.cases(bfi[c(lavNames(b2,"ov"),"school")]),]; for (v in c("A1","E1","E2")) bfi[[v]] <- 7-bfi[[v]]
o$bfi_school <- run(b2,bfi,"school",c("some","low","high"))
o$`_meta` <- list(R=R.version.string,packages=list(lavaan=as.character(packageVersion("lavaan")),semTools=as.character(packageVersion("semTools"))))
writeLines(toJSON(o,digits=NA,auto_unbox=TRUE,na="null",null="null"),"t18_invariance.json")
