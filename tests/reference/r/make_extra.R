# Usage: Rscript make_extra.R, in the folder of the data. Numbers that make_open.R does not hold; writes t12_extra.json.
suppressMessages({library(jsonlite); library(lavaan); library(psych)})
mat <- function(m) { m <- unclass(m); list(rows=I(rownames(m)),cols=I(colnames(m)),values=I(unname(m))) }
cols <- function(d) lapply(as.list(d),function(x) I(as.vector(x)))
rows <- function(t) { r <- c(row(t)); c <- c(col(t)); data.frame(x=rep(r,c(t)),y=rep(c,c(t))) }
co <- read.csv("coop_respondents.csv"); T <- paste0("T",1:5); N <- paste0("N",1:5); W <- paste0("W",1:5); IT <- c(T,N,W)
for (v in c("T4","N2","W5")) co[[v]] <- 6-co[[v]]
co$pq <- (co$perceived-50)/10; cc <- co[complete.cases(co[IT]),]; o <- list()
# small tables: an empty cell, no empty cell, a nearly perfect association
o$tables <- lapply(list(matrix(c(20,0,10,30),2),matrix(c(20,5,0,30),2),matrix(c(0,5,10,30),2),matrix(c(12,5,10,30),2),matrix(c(10,3,0,1,20,4,0,2,30),3),matrix(c(10,0,0,20,5,30),2),diag(c(10,20,30)),matrix(c(10,0,0,1,20,0,0,2,30),3)),
  function(t) list(table=I(t),rho=suppressWarnings(lavCor(rows(t),ordered=c("x","y"))[2,1])))
# ordinal and continuous columns together
s <- lavInspect(lavCor(co[c(T,"pq")],ordered=T,output="fit",missing="pairwise"),"sampstat"); o$mixed_pairwise <- mat(cov2cor(s$cov))
s <- lavInspect(lavCor(cc[c(T,"pq")],ordered=T,output="fit"),"sampstat"); o$mixed_complete <- mat(cov2cor(s$cov))
# a matrix that is not positive definite
R <- matrix(c(1,.9,-.6,.3,.9,1,.3,.5,-.6,.3,1,.4,.3,.5,.4,1),4,dimnames=list(1:4,1:4)); o$smooth <- list(before=mat(R),after=mat(suppressWarnings(cor.smooth(R))))
fit <- function(model,D,...) { f <- cfa(model,D,ordered=TRUE,estimator="WLSMV",std.lv=TRUE,...); s <- standardizedSolution(f); mi <- modindices(f,sort.=TRUE,maximum.number=15)
  list(model=model,n=lavInspect(f,"ntotal"),fit=as.list(unclass(fitMeasures(f))),std_solution=cols(s[c("lhs","op","rhs","est.std","se")]),modindices=cols(mi[c("lhs","op","rhs","mi","sepc.all")]),vcov=mat(vcov(f))) }
m3 <- "trust =~ T1+T2+T3+T4+T5\nnorm =~ N1+N2+N3+N4+N5\nnetwork =~ W1+W2+W3+W4+W5"
o$one_factor <- fit("trust =~ T1+T2+T3+T4+T5",cc); o$second_order <- fit(paste0(m3,"\ncapital =~ trust+norm+network"),cc)
bfi <- read.csv("bfi.csv")[2:26]; m5 <- "agree =~ A1+A2+A3+A4+A5\ncons =~ C1+C2+C3+C4+C5\nextra =~ E1+E2+E3+E4+E5\nneuro =~ N1+N2+N3+N4+N5\nopen =~ O1+O2+O3+O4+O5"
o$second_order_bfi <- fit(paste0(m5,"\ng =~ agree+cons+extra+neuro+open"),bfi[complete.cases(bfi),])
o$correlated <- fit(m3,cc); o$pairwise <- fit(m3,co,missing="pairwise")
f <- cfa(m3,cc,ordered=TRUE,estimator="WLSMV",std.lv=TRUE); for (k in c("second_order","second_order_bfi","correlated","pairwise")) o[[k]]$vcov <- NULL
o$scores_items <- I(IT); o$scores_ebm <- mat(`rownames<-`(lavPredict(f,method="EBM"),1:nrow(cc)))
o$`_meta` <- list(R=R.version.string,packages=list(lavaan=as.character(packageVersion("lavaan")),psych=as.character(packageVersion("psych"))))
writeLines(toJSON(o,digits=NA,auto_unbox=TRUE,na="null",null="null"),"t12_extra.json")
